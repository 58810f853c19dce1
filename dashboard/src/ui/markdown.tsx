import { Anchor, List, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

type Block =
  | { readonly kind: 'heading' | 'paragraph' | 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly isOrdered: boolean }

const ITEM = /^\s*(?:[-*+]|\d+\.)\s+/
const HEADING = /^#{1,6}\s+/

/** A text of a vendor: headings, paragraphs, lists, code, emphasis and links. Elements are made of it, never markup of strings. */
export function Markdown({ children }: { readonly children: string }) {
  return blocksOf(children).map((block, index) => <BlockElement key={index} block={block} />)
}

function BlockElement({ block }: { readonly block: Block }) {
  if (block.kind === 'list')
    return (
      <List size="sm" type={block.isOrdered ? 'ordered' : 'unordered'}>
        {block.items.map((item, index) => (
          <List.Item key={index}>{inline(item)}</List.Item>
        ))}
      </List>
    )
  if (block.kind === 'heading')
    return (
      <Title order={3} size="h5">
        {inline(block.text)}
      </Title>
    )
  if (block.kind === 'code')
    return (
      <pre className="code" role="region" tabIndex={0} aria-label={block.text.slice(0, 60)}>
        {block.text}
      </pre>
    )
  return <Text size="sm">{inline(block.text)}</Text>
}

function blocksOf(source: string): Block[] {
  const parts = source.replaceAll('\r\n', '\n').split(/^```.*$/m)
  // Every second part is between two fences.
  return parts.flatMap((part, index) => (index % 2 === 1 ? [{ kind: 'code', text: part.trim() }] : textBlocks(part)))
}

function textBlocks(source: string): Block[] {
  const paragraphs = source.split(/\n\s*\n/).filter((text) => text.trim() !== '')
  return paragraphs.flatMap((paragraph): Block[] => {
    const lines = paragraph.trim().split('\n')
    if (lines.every((line) => ITEM.test(line)))
      return [{ kind: 'list', items: lines.map((line) => line.replace(ITEM, '')), isOrdered: /^\s*\d/.test(lines[0]!) }]
    const [first, ...rest] = lines
    if (!HEADING.test(first!)) return [{ kind: 'paragraph', text: lines.join(' ') }]
    const heading: Block = { kind: 'heading', text: first!.replace(HEADING, '') }
    return rest.length > 0 ? [heading, ...textBlocks(rest.join('\n'))] : [heading]
  })
}

const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*]+\*|\[[^\]]+\]\(https:\/\/[^\s)]+\))/

function inline(text: string): ReactNode[] {
  return text.split(INLINE).map((part, index) => {
    if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>
    if (part.startsWith('**')) return <strong key={index}>{part.slice(2, -2)}</strong>
    if (part.startsWith('*') && part.length > 2) return <em key={index}>{part.slice(1, -1)}</em>
    const link = /^\[([^\]]+)\]\((https:[^)]+)\)$/.exec(part)
    return link ? (
      <Anchor key={index} href={link[2]} rel="noreferrer" inherit underline="always">
        {link[1]}
      </Anchor>
    ) : (
      part
    )
  })
}
