// Before first paint and outside the bundle: a stored choice of theme wins over the system's (app/theme.ts has the same rule).
(() => {
  let choice;
  try {
    choice = localStorage.getItem('vicinal.theme');
  } catch {
    // storage switched off: the system's theme applies
  }
  const isDark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
