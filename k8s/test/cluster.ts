import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCommands } from '../../scripts/src/commands.ts';
import { readDotenv } from '../../scripts/src/deploy/dotenv-text.ts';
import { deployedServices } from '../../scripts/src/deploy/services.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const { read } = createCommands({ env: process.env, say: () => {} });

/** Of ours, in the namespace. @returns what it says */
export const kubectl = (...words: string[]): Promise<string> =>
  read(['kubectl', '--namespace', 'pushtech', ...words]);

/** The same, with something on its standard input. */
export const kubectlWith = (input: string, ...words: string[]): Promise<string> =>
  read(['kubectl', '--namespace', 'pushtech', ...words], { input });

/** As a person would, in a process of its own. @returns what it puts out */
export const runTask = (...words: string[]): Promise<string> =>
  read([process.execPath, 'scripts/src/main.ts', ...words], { cwd: root });

/** What was made for this installation. */
export const secrets = (): Record<string, string | undefined> =>
  readDotenv(readFileSync(process.env.K8S_TEST_ENV as string, 'utf8'));

const NODE = 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}';
const node = await kubectl('get', 'nodes', '-o', NODE);

export const frontDoor = `http://${node}:30080`;

/** The service itself, past the front door. */
export const nodePortOf = (service: string): string =>
  `http://${node}:${deployedServices.find(({ name }) => name === service)?.nodePort}`;

export const rollout = async (workload: string): Promise<void> => {
  await kubectl('rollout', 'status', workload, '--timeout=240s');
};

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  status: { conditions?: { type: string; status: string }[] };
}

const livingPodsOf = async (service: string): Promise<Pod[]> => {
  const selector = ['--selector', `app.kubernetes.io/name=${service}`];
  const { items } = JSON.parse(await kubectl('get', 'pods', ...selector, '-o', 'json')) as { items: Pod[] };
  return items.filter(({ metadata }) => !metadata.deletionTimestamp);
};

/** Names of the pods of a service that are not on their way out. */
export const podsOf = async (service: string): Promise<string[]> =>
  (await livingPodsOf(service)).map(({ metadata }) => metadata.name);

/** Those of them that may be sent requests. */
export const readyPodsOf = async (service: string): Promise<string[]> =>
  (await livingPodsOf(service))
    .filter(({ status }) =>
      status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    )
    .map(({ metadata }) => metadata.name);

/** As a drain of its node does. @throws when a disruption budget forbids it */
export const evict = (pod: string): Promise<string> =>
  kubectlWith(
    JSON.stringify({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: pod, namespace: 'pushtech' },
    }),
    ...['create', '--raw', `/api/v1/namespaces/pushtech/pods/${pod}/eviction`, '-f', '-'],
  );

/** Asks until the answer is good, every half second. @throws the last reason once `seconds` are over */
export const until = async <Answer>(
  ask: () => Promise<Answer>,
  isGood: (answer: Answer) => boolean,
  seconds: number,
): Promise<Answer> => {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const answer = await ask().catch((error: Error) => error);
    if (!(answer instanceof Error) && isGood(answer)) return answer;
    if (Date.now() > end) {
      throw new Error(
        `not within ${seconds} s: ${answer instanceof Error ? answer : JSON.stringify(answer)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
};

/** JSON of a screen's route, with the token that may read all. */
export const askJson = async <Answer>(path: string): Promise<Answer> => {
  const headers = { authorization: `Bearer ${secrets().API_TOKEN}`, accept: 'application/json' };
  const response = await fetch(frontDoor + path, { headers, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
};

/** How many events of a type have been counted. */
export const countOf = async (type: string): Promise<number> =>
  (await askJson<{ events: number }>(`/stats/summary?type=${type}&bots=include`)).events;

/** The walk of an operator, as the owner of this installation. */
export const smoke = async (...words: string[]): Promise<{ ok: boolean }> => {
  const { API_TOKEN = '', ADMIN_PASSWORD = '' } = secrets();
  const task = [process.execPath, 'scripts/src/main.ts', 'smoke', ...words, '--json'];
  return JSON.parse(await read(task, { cwd: root, env: { API_TOKEN, ADMIN_PASSWORD } }));
};
