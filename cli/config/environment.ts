/** Variables of the environment that the command reads, and what each is for. */
export const environmentVariables = {
  SPECTRA_URL: 'address of the API, stage included',
  SPECTRA_API_KEY: 'an API key',
  SPECTRA_TOKEN: 'a JSON web token instead of a key',
  SPECTRA_PROFILE: 'profile of the config file',
  XDG_CONFIG_HOME: 'folder of spectra/config.json; default ~/.config',
  NO_COLOR: 'no colours, whatever it is set to',
} as const;
