import { imageName, type Rule } from './rule.ts';

/** Withdrawn in 2025, or never meant to be depended on. */
const GONE = /(^|\/)bitnami(legacy)?\//;

const wrongWith = (image: string): string | undefined => {
  if (GONE.test(image)) return `image ${image} is withdrawn`;
  const tag = image.slice(imageName(image).length + 1);
  if (tag === '') return `image ${image} names no version`;
  return /^(latest|stable|main|nightly|edge)$/.test(tag)
    ? `image ${image} changes under its name`
    : undefined;
};

/** Each image has a version, and those of our own are built here, of their folders. */
export const images: Rule = ({ services }, { services: deployed, version }) => {
  const ours = Object.entries(services).filter(([, { build }]) => build);
  const ownTag = `\${PUSHTECH_VERSION:-${version}}`;
  return [
    ...Object.entries(services).flatMap(([name, { image = '' }]) => {
      const why = wrongWith(image);
      return why ? [`${name}: ${why}`] : [];
    }),
    ...ours
      .filter(([, { image = '' }]) => !/^pushtech\/[\w-]+:/.test(image) || !image.endsWith(`:${ownTag}`))
      .map(([name]) => `${name}: its image is not pushtech/<name>:${ownTag}`),
    ...deployed.flatMap(({ name, folder }) => {
      const { image = '', build } = services[name] ?? {};
      if (imageName(image.replace(ownTag, version)) !== `pushtech/${name}`)
        return [`${name}: is not there under its name`];
      return build?.args?.SERVICE === folder ? [] : [`${name}: is not built of ${folder}`];
    }),
  ];
};
