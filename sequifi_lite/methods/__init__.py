"""One method a file: objectives, projections and consolidations for `sequifi_lite.loop.train`."""
