import type { InviteLink } from '@vicinal/shared/http/api.ts';
import { For, Show, type JSX } from 'solid-js';
import Link from 'lucide-solid/icons/link';
import { createNow } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { formatDateTime, formatRelative } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';

/** Links that still let people in. `links` undefined while the server has not answered. */
export function ActiveLinks(props: {
  links: readonly InviteLink[] | undefined;
  mayRevoke: (link: InviteLink) => boolean;
  onRevoke: (link: InviteLink) => Promise<boolean>;
}): JSX.Element {
  const services = useServices();
  const now = createNow();
  let heading: HTMLHeadingElement | undefined;
  const revoke = async (link: InviteLink): Promise<void> => {
    if (!(await props.onRevoke(link))) return;
    services.announce(t('share.revoked'));
    heading?.focus();
  };
  return (
    <Show when={props.links}>
      {(links) => (
        <section class="active-links">
          <h3 class="panel-heading" ref={(element) => (heading = element)} tabindex="-1">
            {t('share.active')}
          </h3>
          <Show when={links().length > 0} fallback={<p class="panel-line">{t('share.active.none')}</p>}>
            <ul>
              <For each={links()}>
                {(link) => (
                  <li class="active-link">
                    <span class="active-link-icon">
                      <Link class="icon" aria-hidden="true" />
                    </span>
                    <span class="active-link-text">
                      <span class="active-link-role">{t(`role.${link.role}`)}</span>
                      <span class="active-link-facts">
                        {t('share.active.created', { time: formatRelative(link.createdAt, now()) })} ·{' '}
                        {t('share.active.uses', { count: link.uses })} · {expiryText(link, now())}
                      </span>
                    </span>
                    <Show when={props.mayRevoke(link)}>
                      <Button
                        tone="danger"
                        aria-label={t('share.revoke.named', {
                          role: t(`role.${link.role}`),
                          time: formatDateTime(link.createdAt),
                        })}
                        onClick={() => void revoke(link)}
                      >
                        {t('share.revoke')}
                      </Button>
                    </Show>
                  </li>
                )}
              </For>
            </ul>
            <p class="field-hint">{t('share.keep')}</p>
          </Show>
        </section>
      )}
    </Show>
  );
}

const expiryText = (link: InviteLink, now: number): string =>
  link.expiresAt === undefined
    ? t('share.active.neverExpires')
    : t('share.active.expires', { time: formatRelative(link.expiresAt, now) });
