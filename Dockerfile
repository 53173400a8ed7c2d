# PlexSync without a desktop: `plexsync serve` with the window in a browser. Data, log and secrets are in /data.
#
#   docker build -t plexsync .
#   docker run -d --name plexsync -v plexsync:/data -p 127.0.0.1:9797:9797 -p 127.0.0.1:9798:9798 \
#     --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --stop-timeout 40 plexsync
#   docker logs plexsync        # prints the address of the window
#
# As another user: --user "$(id -u):$(id -g)", with a folder of that user mounted on /data.
# For another architecture: docker buildx build --platform linux/arm64 .

# Binaries are fetched and never compiled, so this stage runs on the machine that builds, without emulation.
FROM --platform=$BUILDPLATFORM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing is compiled and no runtime of Electron is fetched: install scripts are not needed.
RUN npm ci --ignore-scripts
COPY vite.config.ts vite.headless.config.ts vite.node.ts prepare.mjs tsconfig.json ./
COPY shared shared
COPY renderer renderer
COPY main main
RUN node prepare.mjs
# The image is Linux with glibc, on amd64 or arm64; what draws posters comes in one package for each.
ARG TARGETARCH
RUN cpu="$(echo "${TARGETARCH:-$(node -p process.arch)}" | sed s/amd64/x64/)" \
    && npm ci --ignore-scripts --omit=dev --os=linux --libc=glibc --cpu="$cpu" \
    && npm cache clean --force
RUN rm -f node_modules/better-sqlite3/prebuilds/darwin-* node_modules/better-sqlite3/prebuilds/win32-* \
    node_modules/better-sqlite3/prebuilds/linuxmusl-*

FROM node:24-slim
ENV NODE_ENV=production \
    HOME=/tmp \
    PLEXSYNC_DATA_DIR=/data \
    PLEXSYNC_WEBHOOK_HOST=0.0.0.0 \
    PLEXSYNC_UI_HOST=0.0.0.0
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/out out
COPY main/host/builds.mjs main/host/builds.mjs
COPY main/headless/bin.mjs main/headless/bin.mjs
# Any user may run it (`--user`): what it writes to a new volume belongs to that user, readable by nobody else.
RUN mkdir /data && chown node:node /data && chmod 1777 /data \
    && chmod +x main/headless/bin.mjs && ln -s /app/main/headless/bin.mjs /usr/local/bin/plexsync
USER node
VOLUME /data
EXPOSE 9797 9798
# PLEXSYNC_WEBHOOK_PORT moves the listener, and this with it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PLEXSYNC_WEBHOOK_PORT || 9797}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/main/headless/bin.mjs"]
CMD ["serve"]
