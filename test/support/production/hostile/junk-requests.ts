/** Requests in bytes, so that they can be as wrong as they need to be. */
export function post(headers: Readonly<Record<string, string>>, body: string | Buffer, path = '/api/messages'): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    head(`POST ${path} HTTP/1.1`, {
      'content-type': 'application/json',
      ...headers,
      'content-length': String(bytes.length),
    }),
    bytes,
  ]);
}

export function head(line: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const lines = Object.entries({ host: 'bot', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${line}\r\n${lines.join('')}\r\n`, 'latin1');
}

/** One chunk of a chunked body. */
export function chunk(bytes: Buffer | string): Buffer {
  const content = Buffer.from(bytes);
  return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);
}
