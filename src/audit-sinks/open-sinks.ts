import { once } from 'node:events';
import { createBlobSink } from './blob-sink.ts';
import { createFileSink } from './file-sink.ts';
import type { AuditSink } from './sink.ts';
import type { SinkSetting } from './sink-setting.ts';
import { createStdoutSink } from './stdout-sink.ts';

type Credential = Parameters<typeof createBlobSink>[1];

/** @param credential signs in to a container */
export function openSinks(settings: readonly SinkSetting[], credential: Credential): readonly AuditSink[] {
  return settings.map((setting) => {
    switch (setting.kind) {
      case 'stdout':
        return createStdoutSink(setting.path, async (text) => {
          if (!process.stdout.write(text)) await once(process.stdout, 'drain');
        });
      case 'file':
        return createFileSink(setting.path);
      case 'blob':
        return createBlobSink(setting.url, credential);
      default:
        return setting satisfies never;
    }
  });
}
