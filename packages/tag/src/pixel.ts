/** The longest address that the tracker takes is 8 KB. */
const MOST = 8000;
const RESERVED = /^(id|site|url|ref|title|vid|sid|at|sent|lat|lng|consent)$/;

/** The address of the pixel that says what the item of a POST would have said, as far as an address can. */
export const pixelUrl = (to: string, text: string): string => {
  const { type, properties, ...names } = JSON.parse(text);
  const own = Object.entries(properties)
    .filter(([name]) => !RESERVED.test(name))
    .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : `${value}`]);
  const query = new URLSearchParams([...Object.entries<string>(names), ...(own as [string, string][])]);
  return `${to}/${encodeURIComponent(type)}?${query}`.slice(0, MOST);
};

/** True once the picture is there. */
export const showPixel = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
    image.src = url;
  });
