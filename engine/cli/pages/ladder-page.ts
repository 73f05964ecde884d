export async function writeLadderPage(_folder: string, _out?: string): Promise<Record<string, string>> {
  return {}
}
