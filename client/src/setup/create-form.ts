import type { AppError } from '@vicinal/shared/app-error.ts';
import type { Result } from '@vicinal/shared/result.ts';
import { batch, createSignal, type Accessor } from 'solid-js';
import { createStore } from 'solid-js/store';
import { errorText } from '../i18n/messages.ts';

export interface Form<Fields extends Record<string, string>> {
  readonly values: Readonly<Fields>;
  set<Name extends keyof Fields & string>(name: Name, value: string): void;
  /** Shown after the first attempt to submit, then kept current. */
  problem(name: keyof Fields & string): string | undefined;
  readonly isBusy: Accessor<boolean>;
  /** What the server answered last, as a sentence. */
  readonly failure: Accessor<string | undefined>;
  /** For `onSubmit`. Focuses the first field with a problem. */
  submit(event: SubmitEvent): void;
}

/** One form: values, problems per field, one submission at a time. */
export function createForm<Fields extends Record<string, string>>(options: {
  initial: Fields;
  check: { readonly [Name in keyof Fields]: (value: string) => string | undefined };
  send: (values: Fields) => Promise<Result<unknown, AppError>>;
}): Form<Fields> {
  const [values, setValues] = createStore<Record<string, string>>({ ...options.initial });
  const [wasTried, setTried] = createSignal(false);
  const [isBusy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<string>();
  const names = Object.keys(options.initial);
  // `values` starts as a copy of `initial` and only known names are set.
  const current = (): Fields => ({ ...values }) as unknown as Fields;
  const problemOf = (name: string): string | undefined => options.check[name]?.(values[name] ?? '');

  const send = async (): Promise<void> => {
    batch(() => {
      setBusy(true);
      setFailure(undefined);
    });
    const result = await options.send(current());
    batch(() => {
      setBusy(false);
      if (!result.ok) setFailure(errorText(result.error));
    });
  };

  return {
    values: values as unknown as Fields, // Same keys, see `current`.
    set: (name, value) => setValues(name, value),
    problem: (name) => (wasTried() ? problemOf(name) : undefined),
    isBusy,
    failure,
    submit(event) {
      event.preventDefault();
      setTried(true);
      if (isBusy()) return;
      const form = event.currentTarget;
      if (names.some((name) => problemOf(name) !== undefined)) {
        if (form instanceof HTMLFormElement) form.querySelector<HTMLElement>('[aria-invalid]')?.focus();
        return;
      }
      void send();
    },
  };
}
