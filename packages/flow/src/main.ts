// `npm start`: the whole system in one process on the embedded engines.
import { run } from '@pushtech/service';
import { buildFlow } from './app.ts';
import { readFlowSettings } from './config.ts';

const url = (await run('pushtech', readFlowSettings, buildFlow)).replace('127.0.0.1', 'localhost');

process.stderr.write(`
  pushtech runs. Open these in a browser:

    ${url}/               start here: your own visit
    ${url}/kafidx         the live viewer
    ${url}/stats/summary  the numbers
    ${url}/docs           all routes

  Stop it with Ctrl-C; nothing that was accepted is lost.

`);
