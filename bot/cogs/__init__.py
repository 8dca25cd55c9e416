"""Discord: one folder for each feature. A cog translates: options in, one service call, one message out."""
