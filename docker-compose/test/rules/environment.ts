import type { Rule } from './rule.ts';

/** Each setting of a service reaches its container, by itself or as `<KEY>_FILE`, and nothing else does. */
export const environment: Rule = ({ services }, { settings, services: deployed }) =>
  Object.entries(settings).flatMap(([name, keys]) => {
    const given = services[name]?.environment ?? {};
    const has = Object.keys(given).map((key) => key.replace(/_FILE$/, ''));
    const port = deployed.find((one) => one.name === name)?.port;
    return [
      ...keys.filter((key) => !has.includes(key)).map((key) => `${name}: ${key} does not reach it`),
      ...has.filter((key) => !keys.includes(key)).map((key) => `${name}: it knows no ${key}`),
      ...(Number(given.PORT) === port ? [] : [`${name}: PORT is not ${port}`]),
    ];
  });
