# One image for both roles: `docker run promfix bot` and `docker run promfix worker`. Node 24 runs the TypeScript as it is; the bundle is for
# the commands alone, which somebody waits for.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY src ./src
COPY scripts ./scripts
RUN node --disable-warning=ExperimentalWarning scripts/bundle.ts && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=packages /app/dist ./dist
COPY package.json package-lock.json ./
COPY src ./src
# The image carries Node's compile cache: it starts faster and needs less memory. A user other than 10001 does not use it.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN mkdir .compiled && chown 10001:10001 .compiled
# A numeric user, so that Kubernetes can see that it is not root.
USER 10001:10001
RUN node --disable-warning=ExperimentalWarning src/main.js explain crd-race-at-start > /dev/null \
 && node --disable-warning=ExperimentalWarning src/startup/compile-ahead.ts
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "src/main.js"]
CMD ["help"]
