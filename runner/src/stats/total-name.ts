/** What all requests together go by, as in Locust; their method is ''. */
export const totalName = 'Aggregated'
