# syntax=docker/dockerfile:1
# One image for each service: docker build --build-arg SERVICE=tracker -t pushtech/tracker:0.1.0 .
# SERVICE is the folder of a workspace: tracker, enricher, consumers/stats, kafidx, website, scripts. `npm run tasks --
# images:build` builds them all. No build step: Node runs the TypeScript as it is.
ARG NODE_IMAGE=node:24-bookworm-slim

# Only what npm reads, so that the layers below change with the dependencies and not with every line of code.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

# What the service and the packages it uses depend on, and nothing else. The city data are put aside: 134 MB that change once
# a month get a layer of their own, the same one in every image that looks places up, empty in the others.
FROM ${NODE_IMAGE} AS dependencies
ARG SERVICE
WORKDIR /app
COPY --from=manifests /manifests .
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --include-workspace-root=false --workspace "./${SERVICE:?which service? --build-arg SERVICE=tracker}" \
 && mkdir -p /places/app/node_modules \
 && if [ -d node_modules/@ip-location-db ]; then mv node_modules/@ip-location-db /places/app/node_modules/; fi \
 && find /places -exec touch -h -d @0 {} +

# The sources of the service and of the packages that npm linked for it; no tests, no others. The website shows the documents.
FROM ${NODE_IMAGE} AS sources
WORKDIR /all
COPY --from=dependencies /app/node_modules /app/node_modules
COPY . .
RUN mkdir /sources && for link in /app/node_modules/@pushtech/*; do \
      folder=$(readlink -m "$link"); folder=${folder#/app/}; \
      mkdir -p "/sources/$(dirname "$folder")" && cp -r "$folder" "/sources/$folder" && rm -rf "/sources/$folder/test"; \
    done && cp package.json /sources/ \
 && if [ -d /sources/website ]; then find . -name '*.md' -not -path '*/test/*' -exec cp --parents {} /sources/ \;; fi

FROM ${NODE_IMAGE}
RUN install -d -o 1000 -g 1000 /data
# `--link`: the same bytes make the same layer, whatever lies below, so machines fetch and keep the city data once.
COPY --link --from=dependencies /places /
COPY --link --from=dependencies /app/node_modules /app/node_modules
COPY --link --from=sources /sources /app
ARG SERVICE
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="pushtech ${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app/${SERVICE}
USER 1000:1000
# Node handles SIGTERM itself, also as process 1. The bounds are those of `npm start`, within 512 MB.
CMD ["node", "--max-semi-space-size=16", "--max-old-space-size=320", "src/main.ts"]
