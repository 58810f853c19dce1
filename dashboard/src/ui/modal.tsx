// A module of its own: most pages are shown without a dialog.
export { Modal as default } from '@mantine/core'
