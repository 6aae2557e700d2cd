import { Agent, request } from 'node:http';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface Front {
  /** @throws Error no answer came */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** With the token of all scopes. @throws Error another answer than 200 */
  json<T>(path: string): Promise<T>;
  close(): void;
}

const ANSWER_MS = 20_000;

/** Somebody at the front door, on connections that stay open. */
export const createFront = (url: string, apiToken: string): Front => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const ask = (method: string, path: string, headers: Record<string, string>, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const asked = request(url + path, { method, headers, agent, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      asked.on('error', reject);
      asked.end(body);
    });
  const get: Front['get'] = (path, headers = {}) => ask('GET', path, headers);
  return {
    get,
    post: (path, body, headers = {}) =>
      ask('POST', path, { 'content-type': 'application/json', ...headers }, JSON.stringify(body)),
    async json<T>(path: string) {
      const { status, text } = await get(path, { authorization: `Bearer ${apiToken}` });
      if (status !== 200) throw new Error(`${path} answers ${status}: ${text.slice(0, 200)}`);
      return JSON.parse(text) as T;
    },
    close: () => agent.destroy(),
  };
};
