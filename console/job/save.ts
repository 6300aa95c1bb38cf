/** Has the browser save what an address of S3 leads to; whatever its size, the page holds none of it. */
export function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
