import { extractText, getDocumentProxy } from 'unpdf'

/** Lines of the text of a PDF file, and its number of pages. */
export async function pdfText(file: ArrayBuffer): Promise<{ readonly pages: number; readonly lines: string[] }> {
  const document = await getDocumentProxy(new Uint8Array(file))
  const { totalPages, text } = await extractText(document, { mergePages: true })
  return {
    pages: totalPages,
    lines: text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  }
}
