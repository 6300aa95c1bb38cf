import { Bzip2Compressor } from '../../../../local/redshift/unload/bzip2.ts';

export async function bzip2(data: Buffer): Promise<Buffer> {
  const packer = new Bzip2Compressor();
  packer.end(data);
  const chunks: Buffer[] = [];
  for await (const chunk of packer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
