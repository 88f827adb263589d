# One image for both roles: `docker run promfix bot` and `docker run promfix worker`. No build step: Node 24 runs the TypeScript as it is.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
# The image carries Node's compile cache: it starts faster and needs less memory. A user other than 10001 does not use it.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN mkdir .compiled && chown 10001:10001 .compiled
# A numeric user, so that Kubernetes can see that it is not root.
USER 10001:10001
RUN node --disable-warning=ExperimentalWarning src/main.ts explain crd-race-at-start > /dev/null \
 && node --disable-warning=ExperimentalWarning src/compile-ahead.ts
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "src/main.ts"]
CMD ["help"]
