/** Whether a file is part of an installed package, not of the program itself. */
export const isInstalled = (file: string): boolean => /[\\/](site|dist)-packages[\\/]/.test(file)
