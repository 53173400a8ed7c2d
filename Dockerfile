# PlexSync without a desktop: `plexsync serve` with the window in a browser. Data, log and secrets are in /data.
#
#   docker build -t plexsync .
#   docker run -d --name plexsync -v plexsync:/data -p 127.0.0.1:9797:9797 -p 127.0.0.1:9798:9798 --stop-timeout 40 plexsync
#   docker logs plexsync        # prints the address of the window

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing is compiled and no runtime of Electron is fetched: install scripts are not needed.
RUN npm ci --ignore-scripts
COPY vite.config.ts tsconfig.json ./
COPY shared shared
COPY renderer renderer
RUN node node_modules/vite/bin/vite.js build
RUN npm ci --ignore-scripts --omit=dev && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production \
    PLEXSYNC_DATA_DIR=/data \
    PLEXSYNC_WEBHOOK_HOST=0.0.0.0 \
    PLEXSYNC_UI_HOST=0.0.0.0
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/out/renderer out/renderer
COPY shared shared
COPY main/engine main/engine
COPY main/headless main/headless
RUN mkdir /data && chown node:node /data \
    && chmod +x main/headless/bin.mjs && ln -s /app/main/headless/bin.mjs /usr/local/bin/plexsync
USER node
VOLUME /data
EXPOSE 9797 9798
# PLEXSYNC_WEBHOOK_PORT moves the listener, and this with it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PLEXSYNC_WEBHOOK_PORT || 9797}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/main/headless/bin.mjs"]
CMD ["serve"]
