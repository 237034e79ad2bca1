/** The parts of a document that are fetched once its text is on screen. */
import { lazy } from 'solid-js';
import type { RoomSession } from '../room/types.ts';
import type { DownloadFormat } from './download.ts';

const load = () => import('./after-text.ts');

export const FindFields = lazy(() => load().then((module) => ({ default: module.FindFields })));
export const InfoPanel = lazy(() => load().then((module) => ({ default: module.InfoPanel })));
export const SyncPanel = lazy(() => load().then((module) => ({ default: module.SyncPanel })));

/** Hands the document to the browser's downloads. */
export const downloadAs = async (session: RoomSession, format: DownloadFormat): Promise<void> =>
  (await load()).downloadAs(session, format);

/** What fails here is asked for again when it is used. */
export const preloadLater = (): void => void load().catch(() => undefined);
