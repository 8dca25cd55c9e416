# The image for both kinds of machine: `docker buildx bake` builds the one for this machine, `docker buildx bake release --push` both,
# with the list of what is in it (SBOM) and how it was built (provenance).

variable "IMAGE" {
  default = "cohort"
}

variable "VERSION" {
  default = "dev"
}

variable "REVISION" {
  default = ""
}

group "default" {
  targets = ["image"]
}

target "image" {
  context = "."
  tags    = ["${IMAGE}:${VERSION}"]
  labels = {
    "org.opencontainers.image.title"       = "Cohort"
    "org.opencontainers.image.description" = "A Discord bot that runs a study group"
    "org.opencontainers.image.licenses"    = "MIT AND CC-BY-4.0"
    "org.opencontainers.image.version"     = VERSION
    "org.opencontainers.image.revision"    = REVISION
  }
}

target "release" {
  inherits  = ["image"]
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = ["${IMAGE}:${VERSION}", "${IMAGE}:latest"]
  attest    = ["type=provenance,mode=max", "type=sbom"]
}
