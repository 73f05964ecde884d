/** The script of pages whose charts depend on nothing that the reader chooses: ladder and validation. */

import { startPanels } from './panels/start.ts'

startPanels()
