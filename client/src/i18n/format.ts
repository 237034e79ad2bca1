/** Dates, sizes and lists, written by Intl for the reader. Times are ms since the epoch. */
import { language, t } from './messages.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** The reader's regional variant of the catalogue's language (en-GB writes dates unlike en-US). */
export function dateLocale(
  preferred: readonly string[] = typeof navigator === 'undefined' ? [] : navigator.languages,
): string {
  return preferred.find((tag) => tag === language() || tag.startsWith(`${language()}-`)) ?? language();
}

/** "just now", "5 minutes ago", "in 2 days"; beyond a week the date. */
export function formatRelative(at: number, now: number): string {
  const delta = at - now;
  const size = Math.abs(delta);
  // What lies ahead is rounded ("in 7 days" right after choosing 7); what is past counts whole units.
  const whole = (unit: number): number => (delta > 0 ? Math.round(delta / unit) : Math.trunc(delta / unit));
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  if (size < MINUTE) return t('time.now');
  if (size < HOUR) return relative.format(whole(MINUTE), 'minute');
  if (size < DAY) return relative.format(whole(HOUR), 'hour');
  if (size <= WEEK) return relative.format(whole(DAY), 'day');
  return formatDate(at, now);
}

/** "14 May", with the year when it is not the present one. */
export function formatDate(at: number, now: number): string {
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(dateLocale(), {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** Full date and time, for tooltips and `<time>`. */
export function formatDateTime(at: number): string {
  return new Intl.DateTimeFormat(dateLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** Time of day today, else date and time. */
export function formatClock(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? new Intl.DateTimeFormat(dateLocale(), { timeStyle: 'short' }).format(at) : formatDateTime(at);
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Decimal units, at most one fraction digit. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let step = 0;
  while (value >= 1000 && step < UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const unit = UNITS[step] ?? 'byte';
  const digits = value < 10 && step > 0 ? 1 : 0;
  return new Intl.NumberFormat(dateLocale(), {
    style: 'unit',
    unit,
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(value);
}

export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(items);
}
