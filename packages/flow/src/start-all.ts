import { run } from '@pushtech/service';
import { buildFlow } from './app.ts';
import { readFlowSettings } from './config.ts';

/** The whole system in one process, on the engines that the settings name: by default the embedded ones. */
export const startAll = async (): Promise<void> => {
  const url = (await run('pushtech', readFlowSettings, buildFlow)).replace('127.0.0.1', 'localhost');

  process.stderr.write(`
  pushtech runs. Open these in a browser:

    ${url}/           start here: your own visit
    ${url}/sites      the line for your pages
    ${url}/dashboard  the numbers
    ${url}/kafidx     the live stream
    ${url}/docs       all routes

  Stop it with Ctrl-C; nothing that was accepted is lost.

`);
};
