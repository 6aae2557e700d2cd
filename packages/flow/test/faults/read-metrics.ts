/** The sum of a metric's values over all labels; `undefined` when the service does not have it. */
export const readMetric = (text: string, name: string): number | undefined => {
  let sum: number | undefined;
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name} `) && !line.startsWith(`${name}{`)) continue;
    sum = (sum ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
};

export const fetchMetrics = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`${url}/metrics answered ${response.status}`);
  return response.text();
};
