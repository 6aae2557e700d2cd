import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Load {
  /** Events of this load, and of nothing else. */
  type: string;
  /** What was promised to be kept: an id for each request. */
  ids: string[];
  /** Whatever was not answered as it should be. */
  failures: string[];
  end(): Promise<void>;
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** One pixel. @returns its id @throws why it is not kept */
const sendPixel = (url: string, agent: Agent): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'user-agent': BROWSER };
    const sent = request(url, { agent, headers, timeout: 10_000 }, (response) => {
      response.resume();
      const { 'x-event-id': id, 'x-not-kept': notKept } = response.headers;
      response.on('error', reject).on('end', () => {
        if (response.statusCode === 200 && !notKept && typeof id === 'string') resolve(id);
        else reject(new Error(`${response.statusCode} ${notKept ?? ''}`));
      });
    });
    sent
      .on('timeout', () => sent.destroy(new Error('no answer in 10 s')))
      .on('error', reject)
      .end();
  });

/**
 * Pixels through the door on connections that stay open, like those of a proxy before us. By default some 100 a second.
 * @param pauseMs between an answer and the next request of a connection
 */
export const startLoad = (url: string, name: string, { senders = 8, pauseMs = 60 } = {}): Load => {
  const type = `${name}-${randomUUID().slice(0, 8)}`;
  const load: Load = { type, ids: [], failures: [], end };
  const agents = Array.from({ length: senders }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  let ending = false;

  const send = async (agent: Agent): Promise<void> => {
    while (!ending) {
      const at = Date.now();
      await sendPixel(`${url}/t/${type}?site=load.invalid`, agent).then(
        (id) => load.ids.push(id),
        (error: Error) => load.failures.push(`${new Date(at).toISOString()} ${error.message}`),
      );
      await sleep(pauseMs);
    }
  };
  const sending = agents.map(send);

  async function end(): Promise<void> {
    ending = true;
    await Promise.all(sending);
    for (const agent of agents) agent.destroy();
  }
  return load;
};
