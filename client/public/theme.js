// Before first paint and outside the bundle: a stored choice of theme wins over the system's.
(() => {
  try {
    const theme = localStorage.getItem('vicinal.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // storage switched off: the system's theme applies
  }
})();
