import { newId } from '@pushtech/event';
import type { AuditLine, Store } from '@pushtech/store';
import type { Place } from './place.ts';

const PAGE = 1000;

async function* auditLines({ audit }: Pick<Store, 'audit'>): AsyncGenerator<AuditLine> {
  for (let after = ''; ; ) {
    const page = await audit.list({ after, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}

/** Requests of a visitor, and lines of the audit that name it. */
export const lookAtStore = async (store: Store, visitor: string) => {
  const requests = await store.privacyRequests.find('visitor', visitor);
  const lines: string[] = [];
  for await (const { id, target } of auditLines(store)) if (target === visitor) lines.push(id);
  return { requests, lines };
};

export const storePlace = (found: Awaited<ReturnType<typeof lookAtStore>>, erased: boolean): Place => {
  const n = found.requests.length + found.lines.length;
  const place = { place: 'store', found: n, erased: erased ? n : 0, unit: 'requests and audit lines' };
  return { ...place, ...((erased || n === 0) && { leftUntil: null }) };
};

/** Requests stay as "done", without the id; so do lines of the audit. Says in the audit that somebody was erased, not who. */
export const eraseFromStore = async (store: Store, visitor: string, now: number): Promise<Place> => {
  const found = await lookAtStore(store, visitor);
  for (const { id } of found.requests) {
    await store.privacyRequests.update(id, ({ visitor: _, ...rest }) => ({
      ...rest,
      doneAt: rest.doneAt ?? now,
    }));
  }
  for (const id of found.lines) await store.audit.update(id, ({ target: _, ...line }) => line);
  const target = found.requests[0]?.id;
  await store.audit.insert({
    id: newId(),
    at: now,
    who: 'system',
    what: 'privacy.erased',
    ...(target !== undefined && { target }),
  });
  return storePlace(found, true);
};
