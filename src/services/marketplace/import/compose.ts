import type { Store } from './imported-template.js'
import { appsOfFiles, onlyFile, readMap, titleOf } from './read-parts.js'

const GENERAL_NAME = /^(?:docker-)?(?:compose|stack)$/

/** Plain compose files, one for each app, which is named by its file, or by its folder if the file has a general name. */
export const compose: Store = {
  apps: (files) =>
    appsOfFiles(files).map((app) => {
      const folder = [...app.files.keys()][0]!.split('/').at(-2)
      return GENERAL_NAME.test(app.name) && folder ? { ...app, name: folder } : app
    }),
  read: (app) => ({
    title: titleOf(app.name),
    shortDescription: null,
    tags: [],
    links: [],
    definition: readMap(onlyFile(app), app.name),
    parameters: [],
    files: [],
  }),
}
