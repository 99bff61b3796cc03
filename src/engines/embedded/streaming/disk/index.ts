/** Input and output in steps, and the disk of this machine. */
export { drive, driveNow } from './drive.ts'
export { type LocalDisk, localDisk } from './local-disk.ts'
