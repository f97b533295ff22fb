import { standardOutput } from '../runtime/standard-output.ts';
import { createBlobSink } from './blob-sink.ts';
import { createFileSink } from './file-sink.ts';
import type { AuditSink } from './sink.ts';
import type { SinkSetting } from './sink-setting.ts';
import { createStdoutSink } from './stdout-sink.ts';

type Credential = Parameters<typeof createBlobSink>[1];

/** @param credential signs in to a container */
export function openSinks(settings: readonly SinkSetting[], credential: Credential): readonly AuditSink[] {
  const print = async (text: string) => {
    if (!(await standardOutput.print(text))) throw new Error('nobody reads standard output any more');
  };
  return settings.map((setting) => {
    switch (setting.kind) {
      case 'stdout':
        return createStdoutSink(setting.path, print);
      case 'file':
        return createFileSink(setting.path);
      case 'blob':
        return createBlobSink(setting.url, credential);
      default:
        return setting satisfies never;
    }
  });
}
