export { type Assembled, assemble, type Build, type Kit, type Parts, run } from './assemble.ts';
export {
  type ClientAddress,
  createIsHttps,
  createReadAddress,
  type IsHttps,
  type ReadAddress,
} from './client-address.ts';
export { answerAndClose } from './client-errors.ts';
export { answerError, isAway } from './error-answers.ts';
export { createHost, type Host, type HostOptions } from './host.ts';
export { createLogger, type Logger } from './logger.ts';
export { createMetrics, type Labelled, type Metrics } from './metrics.ts';
export { runUntilSignal } from './run.ts';
export { readSecretKey } from './secret-key.ts';
export type { Service, ServiceStatus } from './service.ts';
export {
  commonSettings,
  listSetting,
  loadSettings,
  portSetting,
  SettingsError,
  secret,
  settingsTable,
} from './settings.ts';
