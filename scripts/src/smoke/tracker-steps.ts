import { at, type Step, type Walk } from './walk.ts';

const GIF_BYTES = 43;

/** The address a first visitor types. It is one event of type `w`. */
export const pixelStep: Step = {
  name: 'pixel',
  async take(walk) {
    const url = at(walk, 'tracker', `/t/w?wor=king&site=${encodeURIComponent(walk.site)}`);
    const { status, headers, body } = await walk.ask(url);
    const type = headers['content-type'];
    if (
      status !== 200 ||
      type !== 'image/gif' ||
      body.length !== GIF_BYTES ||
      !/^GIF8/.test(body.toString('latin1'))
    ) {
      throw new Error(
        `${url} answers ${status} with ${body.length} bytes of "${type}", not a GIF of ${GIF_BYTES}`,
      );
    }
    const id = headers['x-event-id'];
    if (typeof id !== 'string') {
      throw new Error(`${url} was not kept: ${headers['x-not-kept'] ?? 'there is no X-Event-Id'}`);
    }
    walk.sent.push(id);
    return undefined;
  },
};

/** Sends one event as `POST`. @throws when it was not taken under its id */
export const post = async (walk: Walk, query: string, headers: Record<string, string>): Promise<void> => {
  const id = walk.newId();
  const url = at(walk, 'tracker', `/t${query}`);
  const item = { id, type: 'smoke', site: walk.site, properties: { run: walk.run } };
  const { status, body } = await walk.ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify([item]),
  });
  if (status !== 202 || !body.includes(id)) {
    throw new Error(`${url} answers ${status}: ${body.toString().slice(0, 200)}`);
  }
  walk.sent.push(id);
};

export const sendStep: Step = {
  name: 'post',
  async take(walk) {
    await post(walk, '?ack=durable', {});
    return undefined;
  },
};

export const scriptStep: Step = {
  name: 'script',
  async take(walk) {
    const url = at(walk, 'tracker', '/t.js');
    const { status, headers, body } = await walk.ask(url);
    const type = headers['content-type'] ?? '';
    if (status !== 200 || !/javascript/.test(type) || body.length < 1000) {
      throw new Error(`${url} answers ${status} with ${body.length} bytes of "${type}"`);
    }
    return undefined;
  },
};
