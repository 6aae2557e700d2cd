import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A tracker as a process of its own, to be killed. */
export const spawnTracker = async (env: Record<string, string>, script = '../src/main.ts') => {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'info',
      GEOIP_CITY_PATH: '/nowhere/at-all.mmdb',
      HEARTBEAT_SECONDS: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (text: Buffer) => {
      said += text;
      const found = /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(said);
      if (found) resolve(`http://127.0.0.1:${found[1]}`);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    ended.then((code) => reject(new Error(`it ended with ${code} before it was ready:\n${said}`)));
  });
  return {
    url,
    child,
    ended,
    /** kill -9, and waits for its end. */
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
    /** SIGTERM, and how it ended after how many ms. */
    async stop() {
      const began = performance.now();
      child.kill('SIGTERM');
      const code = await ended;
      return { code, ms: performance.now() - began };
    },
  };
};
