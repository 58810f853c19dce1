import { Anchor, type AnchorProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes } from 'react'

type LinkAnchorProps = AnchorProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps>

/** A link to another page in a text. */
export const LinkAnchor = createLink((props: LinkAnchorProps) => <Anchor component="a" {...props} />)
