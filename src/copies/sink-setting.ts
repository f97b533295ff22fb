/** One entry of AUDIT_SINKS. */
export type SinkSetting =
  | { readonly kind: 'stdout'; readonly path: string | null }
  | { readonly kind: 'file'; readonly path: string }
  /** Address of a container, without a slash at the end. */
  | { readonly kind: 'blob'; readonly url: string };

const containerUrl =
  /^https:\/\/(?:[a-z0-9]{3,24}\.(?:blob\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|z\d\d\.blob\.storage\.azure\.net)|(?:localhost|127\.0\.0\.1):\d+\/[a-z0-9]{3,24})\/[a-z0-9](?:-?[a-z0-9]){2,62}\/?$/;

/** `null`: it is none. A token goes to the address, so it must be one of Azure's, or on this machine. */
export function readSink(text: string): SinkSetting | null {
  if (text === 'stdout') return { kind: 'stdout', path: null };
  const [, kind, path] = /^(stdout|file):(.+)$/.exec(text) ?? [];
  if (kind && path) return { kind: kind as 'stdout' | 'file', path };
  return containerUrl.test(text) ? { kind: 'blob', url: text.replace(/\/$/, '') } : null;
}
