// `npm start`: the whole system in one process on the embedded engines.
import { createLogger, runUntilSignal, SettingsError } from '@pushtech/service';
import { createFlow } from './app.ts';
import { readFlowSettings } from './config.ts';

const start = async () => {
  const settings = readFlowSettings(process.env);
  const record = createLogger(settings.LOG_LEVEL, 'pushtech');
  const flow = await createFlow(settings, record);
  const { url } = await flow.host.listen({ host: settings.HOST, port: settings.PORT });
  runUntilSignal(record, flow.close);
  const shown = url.replace('127.0.0.1', 'localhost');
  record.info({ ms: Math.round(process.uptime() * 1000) }, 'pushtech is ready.');
  process.stderr.write(
    `\n  pushtech runs. Open these in a browser:\n\n` +
      `    ${shown}/          start here: your own visit\n` +
      `    ${shown}/kafidx    the live viewer\n` +
      `    ${shown}/stats/summary   the numbers\n` +
      `    ${shown}/docs      all routes\n\n  Stop it with Ctrl-C; nothing that was accepted is lost.\n\n`,
  );
};

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof SettingsError ? error.message : ((error as Error)?.stack ?? error)}\n`);
  process.exit(1);
});
