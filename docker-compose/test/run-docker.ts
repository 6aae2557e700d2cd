import { spawn } from 'node:child_process';

/** Compose reads variables of the shell before those of the file: a test gives it none but these. */
const plainEnv = (): NodeJS.ProcessEnv => {
  const { PATH, HOME, DOCKER_HOST, DOCKER_CONFIG } = process.env;
  return {
    PATH,
    HOME,
    ...(DOCKER_HOST && { DOCKER_HOST }),
    ...(DOCKER_CONFIG && { DOCKER_CONFIG }),
    COMPOSE_ANSI: 'never',
  };
};

/**
 * One command to its end.
 * @param seconds the longest wait; the command is ended then
 * @throws Error with the last lines it wrote
 */
export const runDocker = (words: readonly string[], seconds = 60): Promise<string> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = words;
    const child = spawn(program, args, { env: plainEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, all] = ['', ''];
    const timer = setTimeout(() => child.kill('SIGTERM'), seconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else {
        const last = all.trimEnd().split('\n').slice(-25).join('\n');
        reject(new Error(`${words.slice(0, 2).join(' ')} … ended with ${signal ?? code}:\n${last}`));
      }
    });
  });
