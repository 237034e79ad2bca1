import { encodeQR } from 'qr';
import { createMemo, type JSX } from 'solid-js';

/** Dark modules of a QR code as one SVG path, one unit per module. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  return modules.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
}

/** Dark on white in every theme: many cameras do not read the inverse. */
export function QrCode(props: { text: string; label: string }): JSX.Element {
  const modules = createMemo(() => encodeQR(props.text, 'raw', { ecc: 'medium', border: 2 }));
  return (
    <svg
      class="qr"
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${modules().length} ${modules().length}`}
      shape-rendering="crispEdges"
    >
      <path d={qrPath(modules())} />
    </svg>
  );
}
