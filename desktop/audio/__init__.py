"""The microphone and the loudspeaker: the only folder that knows the sound library."""
