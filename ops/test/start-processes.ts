import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../packages/flow/src/main.ts', import.meta.url));

export interface Running {
  /** As the job is named in Prometheus. */
  name: string;
  url: string;
  stop: () => Promise<void>;
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => (child.exitCode === null ? child.once('exit', () => resolve()) : resolve()));

const stop = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended(child);
  clearTimeout(hard);
};

/** The first address in what a process says, within 90 s: the machine may be busy. */
const addressOf = (name: string, child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    const hear = (text: string) => {
      said = (said + text).slice(-5000);
      const found = /"url":"([^"]+)".*"msg":"Ready\."/.exec(said);
      if (found) resolve(found[1] as string);
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    const fail = (why: string) => reject(new Error(`${name} ${why}:\n${said}`));
    child.once('exit', (code) => {
      // Once it was ready nobody hears the rejection any more.
      if (code !== 0) process.stderr.write(`${name} ended with ${code}:\n${said}\n`);
      fail(`ended with ${code}`);
    });
    setTimeout(() => fail('did not get ready in time'), 90_000).unref();
  });

/** One service as a process of its own, as `npm start -- <service>` runs it. @param service its name there */
export const startService = async (
  name: string,
  service: string,
  env: Record<string, string>,
): Promise<Running> => {
  const child = spawn(process.execPath, [main, service], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    return { name, url: await addressOf(name, child), stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
};
