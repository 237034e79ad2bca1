/** The share target of the manifest: what another app sends is kept for the page that the answer leads to. */
import { INCOMING_LIMITS, fitsLimits } from '../incoming/types.ts';
import { openIncomingStore } from '../storage/incoming-store.ts';

/** Answers 303 to a page that asks what is to become of it, or says why it was not taken. `now`: ms since the epoch. */
export async function receiveShare(
  request: Request,
  mintId: () => string,
  now: number,
  origin: string,
): Promise<Response> {
  const seeOther = (incoming: string): Response => Response.redirect(`${origin}/new?incoming=${incoming}`, 303);
  try {
    const form = await request.formData();
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const incoming = {
      title: field('title').slice(0, INCOMING_LIMITS.titleLength),
      text: field('text'),
      url: field('url').slice(0, 2048),
      files: form.getAll('files').filter((value) => value instanceof File && value.size > 0) as File[], // what the filter leaves
    };
    if (!fitsLimits(incoming)) return seeOther('too-large');
    const id = mintId();
    const store = await openIncomingStore();
    try {
      await store.keep(id, incoming, now);
    } finally {
      store.close();
    }
    return seeOther(id);
  } catch {
    // a body that is no form, or storage that is full: the page says that nothing was taken
    return seeOther('failed');
  }
}
