import { splitProps, type JSX } from 'solid-js';

export type ButtonTone = 'primary' | 'secondary' | 'quiet' | 'danger';

export interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: ButtonTone;
  /** Square, for an icon with an `aria-label`. */
  isIcon?: boolean;
}

export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ['tone', 'isIcon', 'class', 'type']);
  return (
    <button
      {...rest}
      type={own.type ?? 'button'}
      class={`button button-${own.tone ?? 'secondary'} ${own.isIcon === true ? 'button-icon' : ''} ${own.class ?? ''}`}
    />
  );
}
