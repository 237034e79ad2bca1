import type { JSX } from 'solid-js';
import type { JobModel } from '@vicinal/shared/room/jobs.ts';
import { t } from '../i18n/messages.ts';

/** Where text goes: nowhere, to a machine on the same network, or to the internet. */
export function PlaceBadge(props: { place: JobModel['place'] }): JSX.Element {
  return (
    <span class="assist-badge" data-place={props.place}>
      {t(`assist.place.${props.place}`)}
    </span>
  );
}
