/**
 * What signaling and the archiver measure of their HTTP APIs, under the same names: dashboards ask either service the
 * same. Labels come from closed sets (route templates, classes of status, error codes), never from what a caller chose.
 */
import type { ErrorCode } from '../app-error.ts';

export interface HttpObservation {
  readonly method: string;
  /** Template such as `/api/rooms/:room`; undefined where no route matched. */
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
  /** Code of the error that was answered. */
  readonly code?: ErrorCode;
}

/** A histogram of seconds, in the words of prom-client; an answer that takes longer than the last bucket is one that a person waits for. */
export const HTTP_DURATION: {
  readonly name: string;
  readonly help: string;
  readonly labelNames: ('method' | 'route' | 'status')[];
  readonly buckets: number[];
} = {
  name: 'vicinal_http_request_duration_seconds',
  help: 'Time to answer a request, by route template and class of status.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
};

/** A counter. */
export const HTTP_REFUSED: { readonly name: string; readonly help: string; readonly labelNames: 'code'[] } = {
  name: 'vicinal_http_refused_total',
  help: 'Requests answered with an error, by its code.',
  labelNames: ['code'],
};

/** Of {@link HTTP_DURATION}. A method is told with a route only: anybody may send any word as one. */
export const httpLabels = ({
  method,
  route,
  status,
}: HttpObservation): Record<'method' | 'route' | 'status', string> => ({
  method: route === undefined ? 'any' : method,
  route: route ?? 'none',
  status: `${Math.trunc(status / 100)}xx`,
});
