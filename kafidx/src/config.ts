import { commonSettings, loadSettings, portSetting } from '@pushtech/service';

/** The settings of the live viewer; it is the only reader of its environment. */
export const kafidxSettings = commonSettings.extend({ PORT: portSetting(8084) });

export const readKafidxSettings = (env: NodeJS.ProcessEnv) => loadSettings(kafidxSettings, env);
