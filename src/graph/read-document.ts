import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
  getDefaultProxySettings,
  type HttpClient,
  proxyPolicy,
} from '@azure/core-rest-pipeline';

/** A document that anybody may read, by the same way out as Graph: Node's own fetch knows no proxy. */
export async function readDocument(
  url: string,
  signal: AbortSignal,
  watch = (client: HttpClient) => client,
): Promise<{ status: number; text: string }> {
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(proxyPolicy(getDefaultProxySettings()));
  const request = createPipelineRequest({ url, abortSignal: signal });
  const { status, bodyAsText } = await pipeline.sendRequest(watch(createDefaultHttpClient()), request);
  return { status, text: bodyAsText ?? '' };
}

/** @throws where there is none, or what came is no JSON */
export async function readJson(url: string, signal: AbortSignal): Promise<unknown> {
  const { status, text } = await readDocument(url, signal);
  if (status !== 200) throw new Error(`${new URL(url).hostname} answered ${status}`);
  return JSON.parse(text);
}
