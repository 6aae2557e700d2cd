export { createHost, type Host, type HostOptions } from './host.ts';
export { readSecretKey } from './secret-key.ts';
export { createLogger, type Logger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { runUntilSignal } from './run.ts';
export type { Service, ServiceStatus } from './service.ts';
export { commonSettings, loadSettings, secret, SettingsError, settingsTable } from './settings.ts';
