import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { PageHeading } from './page-heading.js'
import { words } from '../words/en.js'

export const NotFound = () => (
  <>
    <PageHeading>{words.notFound.title}</PageHeading>
    <Text>{words.notFound.text}</Text>
    <Anchor component={Link} to="/">
      {words.notFound.home}
    </Anchor>
  </>
)
